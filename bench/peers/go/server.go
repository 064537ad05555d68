// The two answers on Go's net/http: server ADDRESS.
package main

import (
	"encoding/json"
	"log"
	"net/http"
	"os"
)

type greeting struct {
	Message string `json:"message"`
}

var hello = []byte("Hello, World!")

func plaintext(w http.ResponseWriter, _ *http.Request) {
	header := w.Header()
	header.Set("Server", "Go")
	header.Set("Content-Type", "text/plain; charset=utf-8")
	w.Write(hello)
}

// Marshal and not an Encoder, which would add a line feed that the other servers do not send.
func object(w http.ResponseWriter, _ *http.Request) {
	body, err := json.Marshal(&greeting{"Hello, World!"})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	header := w.Header()
	header.Set("Server", "Go")
	header.Set("Content-Type", "application/json")
	w.Write(body)
}

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("/plaintext", plaintext)
	mux.HandleFunc("/json", object)
	log.Fatal(http.ListenAndServe(os.Args[1], mux))
}
