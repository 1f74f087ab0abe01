# data.resources[r].places: the document or folder and the folders that it lies in.
package gdrive

default allow := false

places := data.resources[input.resource].places

principals := data.users[input.user].principals

allow if {
	some place in places
	data.resources[place].owner == principals[0]
}

allow if {
	input.action in {"read", "read_folder"}
	some place in places
	some principal in principals
	data.resources[place].viewers[principal]
}

allow if {
	input.action == "read"
	data.resources[input.resource].is_public
}
