//! Settings.

use crate::args::SettingsCommand;
use crate::context::Context;
use crate::facts;
use crate::failure::Failure;
use yingku_protocol::SetSetting;

pub async fn run(context: &Context, command: SettingsCommand) -> Result<(), Failure> {
    let client = context.admin().await?;
    match command {
        SettingsCommand::List => {
            let page = client.settings().await?;
            let columns = ["key", "value", "default", "accepts"];
            context.print_list(&page, &columns, |setting| {
                vec![
                    setting.key.clone(),
                    setting.value.clone(),
                    if setting.value == setting.default {
                        String::new()
                    } else {
                        setting.default.clone()
                    },
                    setting.accepts.clone(),
                ]
            })
        }
        SettingsCommand::Get(args) => {
            let setting = client.setting(&args.key).await?;
            context.print(&setting, || setting.value.clone())
        }
        SettingsCommand::Set(args) => {
            let setting = client.set_setting(&args.key, &SetSetting { value: args.value }).await?;
            context.print(&setting, || {
                let facts =
                    facts! { "key" => setting.key.as_str(), "value" => setting.value.as_str() };
                context.tell("cli.setting.set", &facts)
            })
        }
    }
}
