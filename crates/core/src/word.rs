//! Enums whose values have one stable word each. Rows and messages have the same words, so that
//! there is one enum for all of them: with the feature `rows` it is a column's type, with `wire`
//! a field's.

/// Defines such an enum: its variants, and the word of each.
macro_rules! words {
    (
        $(#[$doc:meta])*
        pub enum $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:tt,)* }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "wire", derive(serde::Serialize, serde::Deserialize, utoipa::ToSchema))]
        #[cfg_attr(feature = "rows", derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum))]
        #[cfg_attr(feature = "rows", sea_orm(rs_type = "String", db_type = "Text"))]
        pub enum $name {$(
            $(#[$variant_doc])*
            #[cfg_attr(feature = "wire", serde(rename = $word))]
            #[cfg_attr(feature = "rows", sea_orm(string_value = $word))]
            $variant,
        )*}

        impl $name {
            /// Every value there is.
            pub const ALL: &[$name] = &[$($name::$variant,)*];

            /// Its stable word.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word,)* }
            }

            /// The value with that word.
            pub fn parse(word: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|value| value.as_str() == word)
            }
        }
    };
}
pub(crate) use words;
