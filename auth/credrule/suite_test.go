package credrule_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestCredRule(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "credrule")
}
