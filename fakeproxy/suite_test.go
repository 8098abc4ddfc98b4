package fakeproxy_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestFakeproxy(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "fakeproxy")
}
