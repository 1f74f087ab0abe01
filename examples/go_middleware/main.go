// A server whose handlers never ask who may do what: a middleware asks the policy for each request, and lets through
// only what it allows.
//
//	CRM_IMAGE=crm.policy.so go run .          # serves a few requests to itself, and ends
package main

import (
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"

	policyc "github.com/policyc/policyc/runtime/bindings/go"
)

// What each method of HTTP does to the row that the path names.
var rights = map[string]policyc.Right{
	http.MethodGet: policyc.Read, http.MethodPut: policyc.Write, http.MethodDelete: policyc.Delete,
}

// guard lets a request through where the policy lets X-User do that to the row at the end of the path.
func guard(store *policyc.Store, users map[string]policyc.UserID, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, known := users[r.Header.Get("X-User")]
		right, understood := rights[r.Method]
		row, err := strconv.ParseUint(r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:], 10, 32)
		if !known || !understood || err != nil {
			http.Error(w, "who asks for what?", http.StatusBadRequest)
			return
		}
		var decision policyc.Decision
		err = store.View(func(reader *policyc.Reader) (err error) {
			decision, err = reader.Decide(user, right, policyc.RowID(row))
			return err
		})
		if err != nil || !decision.Allowed {
			http.Error(w, fmt.Sprintf("denied because %v", decision.Reason), http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// fill makes an organization of three people, and an account of ana's.
func fill(crm *policyc.Program, store *policyc.Store, users map[string]policyc.UserID) error {
	_, err := store.Update(func(tx *policyc.Tx) error {
		company, err := tx.AddUnit(policyc.None)
		if err != nil {
			return err
		}
		for name, role := range map[string]string{"ana": "rep", "bo": "manager", "cy": "rep"} {
			if users[name], err = tx.AddUser(company); err != nil {
				return err
			}
			if held, err := crm.Role(role); err != nil || tx.GiveRole(users[name].Principal(), held, company) != nil {
				return fmt.Errorf("%s cannot be given %s", name, role)
			}
		}
		account, err := crm.Table("account")
		if err != nil {
			return err
		}
		_, err = tx.AddRow(policyc.NewRow(account, users["ana"].Principal()))
		return err
	})
	return err
}

func main() {
	crm, err := policyc.Open(os.Getenv("CRM_IMAGE"))
	if err != nil {
		log.Fatal(err)
	}
	defer crm.Close()
	store, err := policyc.NewStore(crm)
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()
	users := map[string]policyc.UserID{}
	if err := fill(crm, store, users); err != nil {
		log.Fatal(err)
	}
	accounts := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "here you are") })
	server := guard(store, users, accounts)
	for _, ask := range []string{"ana GET", "ana PUT", "bo GET", "bo DELETE", "cy GET", "eve GET"} {
		who, method, _ := strings.Cut(ask, " ")
		request, answer := httptest.NewRequest(method, "/accounts/0", nil), httptest.NewRecorder()
		request.Header.Set("X-User", who)
		server.ServeHTTP(answer, request)
		fmt.Printf("%s: %d %s\n", ask, answer.Code, strings.TrimSpace(answer.Body.String()))
	}
}
