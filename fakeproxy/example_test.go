package fakeproxy_test

import (
	"fmt"
	"log"
	"net/http"
	"net/url"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/fakeproxy"
)

func Example() {
	p, err := fakeproxy.New(fakeproxy.Config{
		Name:       "corp",
		Auth:       &fakeproxy.Auth{Schemes: []httpauth.Scheme{httpauth.Basic}, Accounts: ntlm.NewAccounts(ntlm.Account{User: "alice", Password: "pw"})},
		Behaviours: []fakeproxy.Use{{Name: "block", Params: map[string]any{"hosts": "*.lab"}}},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()
	for _, user := range []*url.Userinfo{nil, url.UserPassword("alice", "pw")} {
		via := p.URL()
		via.User = user
		client := http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(via), DisableKeepAlives: true}}
		resp, err := client.Get("http://origin.lab/update.cab")
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(resp.StatusCode, resp.Header["Proxy-Authenticate"])
		_ = resp.Body.Close()
	}
	// Output:
	// 407 [Basic realm="CORP"]
	// 403 []
}
