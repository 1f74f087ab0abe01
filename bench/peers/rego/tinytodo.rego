package tinytodo

default allow := false

todo_list := data.resources[input.resource]

principals := data.users[input.user].principals

allow if todo_list.owner == principals[0]

allow if {
	input.action == "get_list"
	some principal in principals
	todo_list.readers[principal]
}

allow if {
	input.action in {"get_list", "update_list", "add_task"}
	some principal in principals
	todo_list.editors[principal]
}
