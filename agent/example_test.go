package agent_test

import (
	"context"
	"fmt"
	"log"

	"github.com/wualab/wualab/agent"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/fakeproxy"
	"github.com/wualab/wualab/fakeserver"
)

// An XP SP2 machine downloads a file from a server by its name.
func Example() {
	origin, err := fakeserver.New(fakeserver.Config{Files: map[string]fakeserver.File{"/update.cab": {Size: 300_000, Seed: 7}}})
	if err != nil {
		log.Fatal(err)
	}
	defer origin.Close()
	pc, err := agent.New("xp-sp2", agent.WithHost("origin", 80, origin.Addr()))
	if err != nil {
		log.Fatal(err)
	}
	defer pc.Close()
	job, err := pc.Download(context.Background(), "j1", "http://origin/update.cab")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(job.State(), job.Progress().BytesTransferred)
	// Output: TRANSFERRED 300000
}

// The story of KB 842309: BITS 2.0 keeps the logon credentials from an NTLM proxy
// until UseLMCompat is 0.
func Example_proxy() {
	origin, err := fakeserver.New(fakeserver.Config{Files: map[string]fakeserver.File{"/update.cab": {Size: 300_000, Seed: 7}}})
	if err != nil {
		log.Fatal(err)
	}
	defer origin.Close()
	corp, err := fakeproxy.New(fakeproxy.Config{Name: "corp", Auth: &fakeproxy.Auth{
		Schemes: []httpauth.Scheme{httpauth.NTLM}, NetBIOSDomain: "LAB",
		Accounts: ntlm.NewAccounts(ntlm.Account{Domain: "LAB", User: "alice", Password: "pw"})}})
	if err != nil {
		log.Fatal(err)
	}
	defer corp.Close()
	pc, err := agent.New("xp-sp2", agent.WithHost("corp", 8080, corp.Addr()),
		agent.WithOwner(machine.Account{Domain: "LAB", User: "alice", Password: "pw"}))
	if err != nil {
		log.Fatal(err)
	}
	defer pc.Close()
	if err := pc.Machine.SetIEProxy(pc.Owner(), machine.ProxySettings{Enable: true, Server: "corp:8080"}); err != nil {
		log.Fatal(err)
	}
	for _, name := range []string{"before", "after"} {
		job, err := pc.Download(context.Background(), name, origin.URL("/update.cab"))
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(name, job.State())
		if failure, err := job.GetError(); err == nil {
			fmt.Println(failure.Code.Describe())
		}
		if err := pc.Machine.Registry().Set(machine.BITSKey, machine.UseLMCompatValue, machine.DWORD(0)); err != nil {
			log.Fatal(err)
		}
	}
	// Output:
	// before ERROR
	// BG_E_HTTP_ERROR_407 (0x80190197)
	// after TRANSFERRED
}
