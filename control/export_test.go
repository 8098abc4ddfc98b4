package control

// Operations lists "METHOD path" of what the server answers.
func Operations() (list []string) {
	for _, r := range routes() {
		list = append(list, r.method+" "+r.path)
	}
	return list
}
