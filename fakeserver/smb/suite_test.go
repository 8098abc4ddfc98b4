package smb_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestSMB(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "fakeserver/smb")
}
