module github.com/policyc/policyc/runtime/bindings/go

go 1.24
