package credrule_test

import (
	"fmt"

	"github.com/wualab/wualab/auth/credrule"
)

// A proxy asks BITS 2.0 for NTLM on a machine as Windows XP SP2 installs it.
func ExampleDecide() {
	d := credrule.Decide(credrule.Input{
		BITS:    credrule.Version{Major: 2},
		Target:  credrule.Proxy,
		Offered: []credrule.Scheme{credrule.NTLM},
	})
	fmt.Println(d.Send, d.Rule)
	fmt.Println(d.Remedies[0])
	// Output:
	// false uselmcompat-1
	// Call SetCredentials with NULL user name and password for the proxy and NTLM.
}
