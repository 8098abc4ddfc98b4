package fakehttp_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestFakeHTTP(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "fakehttp")
}
