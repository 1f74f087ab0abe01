# Roles, levels, owners and shares over a tree of units: data.users[u].reach[table][right] is what a user reaches.
package matrix

default allow := false

allow if {
	input.right != "delete"
	may(input.right)
}

# Deleting takes reading as well.
allow if {
	input.right == "delete"
	may("delete")
	may("read")
}

user := data.users[input.user]

record := data.records[input.record]

may(right) if user.reach[record.table][right].everything

may(right) if user.reach[record.table][right].units[record.unit]

may(right) if {
	some unit in record.within
	user.reach[record.table][right].below[unit]
}

may(right) if {
	user.reach[record.table][right].closed_and_small
	record.status == "closed"
	record.amount_cents < 50000
}

may(right) if {
	user.reach[record.table][right].held
	owns(user.reach[record.table][right])
}

may(right) if {
	user.reach[record.table][right].held
	some principal in user.principals
	record.shares[right][principal]
}

may(right) if {
	user.reach[record.table][right].wide
	record.shares[right][user.unit]
}

owns(reach) if {
	record.at_home
	record.owner == user.principals[0]
}

owns(reach) if {
	record.at_home
	reach.every_team
	record.owner in user.principals
}

owns(reach) if {
	record.at_home
	reach.owning_teams[record.owner]
}

owns(reach) if {
	not record.at_home
	record.owner == user.principals[0]
	reach.own_units[record.unit]
}

owns(reach) if {
	not record.at_home
	reach.direct
	record.unit == user.unit
	record.owner in user.principals
}
