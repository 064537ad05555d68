// The two answers on fasthttp: server ADDRESS.
package main

import (
	"encoding/json"
	"log"
	"os"

	"github.com/valyala/fasthttp"
)

type greeting struct {
	Message string `json:"message"`
}

func plaintext(ctx *fasthttp.RequestCtx) {
	ctx.SetContentType("text/plain; charset=utf-8")
	ctx.SetBodyString("Hello, World!")
}

func object(ctx *fasthttp.RequestCtx) {
	body, err := json.Marshal(&greeting{"Hello, World!"})
	if err != nil {
		ctx.Error(err.Error(), fasthttp.StatusInternalServerError)
		return
	}
	ctx.SetContentType("application/json")
	ctx.SetBody(body)
}

func route(ctx *fasthttp.RequestCtx) {
	switch string(ctx.Path()) {
	case "/plaintext":
		plaintext(ctx)
	case "/json":
		object(ctx)
	default:
		ctx.Error("not found", fasthttp.StatusNotFound)
	}
}

func main() {
	server := &fasthttp.Server{Handler: route, Name: "fasthttp"}
	log.Fatal(server.ListenAndServe(os.Args[1]))
}
