// Package client drives the fakes of "wualab serve --control" from Go tests: what they
// do, which files they have, what they received, their clock. It speaks the API that
// control/openapi.yaml describes and needs no other package of the module than the
// transcript. It models no document of Windows.
//
// The calls most users need are [New] and [Client.Expect]:
//
//	lab := client.New("http://127.0.0.1:8079")
//	err := lab.SetBehaviours(ctx, "origin", client.Behaviour{Name: "delay", Params: map[string]any{"duration": "5m"}})
//	...                                       // the program under test
//	verdict, err := lab.Expect(ctx, client.Wire{"on": "origin", "count": 1}, client.Within(10*time.Second))
package client
