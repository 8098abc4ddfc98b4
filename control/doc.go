// Package control is the HTTP API by which tests in any language drive the fakes of
// "wualab serve": what they do, which files they have, whether they are reached, what
// they received, and their clock. It stands above scenarios and models no document; its
// form is in openapi.yaml, against which it is tested. control/client is its client.
//
//	c, err := control.Start(control.Config{Served: served})
//	defer c.Close()
//	fmt.Println(c.URL())
//
// The listener is for programs of this computer: it refuses what a browser sends on
// behalf of another site, and off loopback wants a token.
package control
