package policyc

import (
	"errors"
	"testing"
)

func TestAnOlderLibraryIsRefused(t *testing.T) {
	for loaded, want := range map[uint32]error{6: ErrNewer, 7: nil, 8: nil} {
		if err := fits(loaded, 7); !errors.Is(err, want) {
			t.Errorf("%d: %v", loaded, err)
		}
	}
}
