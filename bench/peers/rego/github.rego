package github

default allow := false

repository := data.resources[input.resource]

ranks := {
	"pull": ["readers", "triagers", "writers", "maintainers", "admins"],
	"triage": ["triagers", "writers", "maintainers", "admins"],
	"push": ["writers", "maintainers", "admins"],
	"maintain": ["maintainers", "admins"],
	"administer": ["admins"],
}

organization_ranks := {
	"pull": ["org_reader", "org_writer", "org_admin"],
	"triage": ["org_writer", "org_admin"],
	"push": ["org_writer", "org_admin"],
	"maintain": ["org_admin"],
	"administer": ["org_admin"],
}

allow if {
	some rank in ranks[input.action]
	some principal in data.users[input.user].principals
	repository[rank][principal]
}

allow if {
	some rank in organization_ranks[input.action]
	some principal in data.users[input.user].principals
	data.organizations[repository.organization][rank][principal]
}
