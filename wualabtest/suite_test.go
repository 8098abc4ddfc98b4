package wualabtest_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestWualabtest(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "wualabtest")
}
