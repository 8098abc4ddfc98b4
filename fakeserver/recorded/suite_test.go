package recorded_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestRecorded(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "fakeserver/recorded")
}
