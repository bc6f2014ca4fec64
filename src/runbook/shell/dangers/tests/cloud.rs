//! Identities and resources of clouds.

use super::check;
use crate::runbook::model::DangerLevel::{Changes, Destructive, Disruptive};

#[test]
fn an_operation_of_an_administrator_is_known_by_what_it_does() {
    check(&[
        ("aws cognito-idp admin-disable-user --user-pool-id p --username u", Some(Disruptive)),
        ("aws cognito-idp admin-delete-user --user-pool-id p --username u", Some(Destructive)),
        ("aws cognito-idp admin-user-global-sign-out --user-pool-id p --username u", Some(Disruptive)),
        ("aws cognito-idp admin-reset-user-password --user-pool-id p --username u", Some(Changes)),
        ("aws cognito-idp admin-get-user --user-pool-id p --username u", None),
        ("aws iam detach-user-policy --user-name u --policy-arn a", Some(Changes)),
        ("aws iam delete-access-key --user-name u --access-key-id k", Some(Destructive)),
        ("aws ecr batch-delete-image --repository-name r", Some(Destructive)),
        ("aws iam update-access-key --user-name u --access-key-id k --status Inactive", Some(Disruptive)),
        ("aws iam update-access-key --user-name u --access-key-id k --status Active", Some(Changes)),
        ("az ad user update --id u --account-enabled false", Some(Disruptive)),
        ("gcloud iam service-accounts disable a", Some(Disruptive)),
        ("aws iam list-users", None),
        ("aws route53 change-resource-record-sets --hosted-zone-id z --change-batch file://c", Some(Changes)),
        ("aws rds promote-read-replica --db-instance-identifier r", Some(Disruptive)),
    ]);
}
