module example/middleware

go 1.24

require github.com/policyc/policyc/runtime/bindings/go v0.0.0

replace github.com/policyc/policyc/runtime/bindings/go => ../../runtime/bindings/go
