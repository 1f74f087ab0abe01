// Package policyc loads compiled policies and asks them who may do what.
//
//	crm, err := policyc.Open("crm.policy.so")
//	if err != nil {
//		return err
//	}
//	defer crm.Close()
//	account, err := crm.Table("account")
//	...
//	if crm.Check(subject, account, policyc.Write, record, nil) {
//		save(row)
//	}
//
// There are two ways in, with the same compiled code behind both.
//
// The thin way: the host keeps all facts. It resolves a [Subject] from the roles that somebody holds
// ([Program.Resolve]), fills a [Record] ([Program.NewRecord]) and checks one against the other ([Program.Check],
// [Program.Decide], [Program.CheckMany], [Program.Filter]).
//
// The organization way: the library keeps units, users, teams, roles, rows and shares in a [Store]. [Store.Update]
// changes it in a transaction; any number of goroutines ask with [Store.View], each of one revision, and never wait.
//
// Deny is the zero value everywhere. Whatever is nil, unknown, closed or of another program is denied or refused, never
// allowed. Errors are [*Error]; errors.Is finds their [Status] (errors.Is(err, policyc.ErrDamaged)).
//
// Programs, subjects, stores and logs may be used by any number of goroutines, and closed while they are: what is in
// use goes with its last user. A [Reader] and a [Tx] are one goroutine's at a time, whichever that is. Zero values are
// closed.
package policyc
