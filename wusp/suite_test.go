package wusp_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestWusp(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "wusp")
}
