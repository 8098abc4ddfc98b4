package smswire_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestSMSWire(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "smswire")
}
