package smbwire_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestSMBWire(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "smbwire")
}
