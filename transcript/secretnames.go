package transcript

import (
	"net/http"
	"regexp"
	"strings"
)

// secretParameters are query parameters that prove a right by themselves: tokens and
// passwords by their usual names (RFC 6750 2.3; RFC 6749), the signatures of URLs that
// were signed for somebody (Azure Storage: sig; Amazon S3: X-Amz-*; Google Cloud
// Storage: X-Goog-*; CloudFront: Signature, Policy), and P4 of Windows Update's
// delivery URLs. Assumed: that they mean the same elsewhere.
var secretParameters = []string{
	"access_token", "id_token", "refresh_token", "token", "auth_token", "auth", "ticket", "code",
	"api_key", "apikey", "api-key", "key", "subscription-key",
	"password", "passwd", "pwd", "pass", "secret", "client_secret", "client_assertion",
	"session", "sessionid", "session_id", "sid", "jsessionid", "phpsessid",
	"sig", "signature", "policy", "hmac", "p4",
	"x-amz-signature", "x-amz-credential", "x-amz-security-token",
	"x-goog-signature", "x-goog-credential",
}

// secretFields are header fields that hold a token or key and nothing else, by their
// usual names.
var secretFields = map[string]bool{
	"X-Api-Key": true, "Api-Key": true, "Apikey": true, "X-Auth-Token": true, "X-Access-Token": true, "X-Csrf-Token": true,
	"X-Xsrf-Token": true, "X-Session-Token": true, "X-Amz-Security-Token": true, "X-Goog-Iam-Authorization-Token": true,
	"X-Vault-Token": true, "Private-Token": true, "X-Functions-Key": true, "Ocp-Apim-Subscription-Key": true, "X-Ms-Authorization-Auxiliary": true,
}

// SecretField reports whether a header field of that name holds nothing but a secret.
func SecretField(name string) bool {
	switch name = http.CanonicalHeaderKey(name); name {
	case "Authorization", "Proxy-Authorization", "Cookie", "Cookie2", "Set-Cookie", "Set-Cookie2", "Authentication-Info", "Proxy-Authentication-Info":
		return true
	}
	return secretFields[name]
}

var secretParameter = regexp.MustCompile(`(?i)([?&;](?:` + strings.Join(secretParameters, "|") + `)=)[^&;#\s"'<>]*`)

// HideQuery puts "(redacted)" in place of the values of query parameters that are
// secrets, such as access_token and sig. What was hidden already stays as it is, so
// that two URLs with different secrets become the same.
func HideQuery(url string) string {
	if !strings.Contains(url, "=") {
		return url
	}
	return secretParameter.ReplaceAllString(url, "${1}"+redacted)
}

// hideURL takes the secrets out of a URL, or of a text with URLs in it.
func hideURL(s string) string { return HideQuery(hideUserinfo(s)) }
