package sequence_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestSequence(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "sequence")
}
