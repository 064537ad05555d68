// The two answers on libh2o: server PORT.
#include <arpa/inet.h>
#include <h2o.h>
#include <h2o/http1.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static h2o_globalconf_t config;
static h2o_context_t context;
static h2o_accept_ctx_t accepting;

static int answer(h2o_req_t* request, const char* type, size_t type_size, const char* body, size_t body_size) {
  request->res.status = 200;
  request->res.reason = "OK";
  request->res.content_length = body_size;
  h2o_add_header(&request->pool, &request->res.headers, H2O_TOKEN_CONTENT_TYPE, NULL, type, type_size);
  h2o_send_inline(request, body, body_size);
  return 0;
}

static int plaintext(h2o_handler_t* self, h2o_req_t* request) {
  (void)self;
  return answer(request, H2O_STRLIT("text/plain; charset=utf-8"), H2O_STRLIT("Hello, World!"));
}

static int json(h2o_handler_t* self, h2o_req_t* request) {
  (void)self;
  char body[64];
  const int size = snprintf(body, sizeof body, "{\"message\":\"%s\"}", "Hello, World!");
  return answer(request, H2O_STRLIT("application/json"), body, (size_t)size);
}

static void serve(h2o_hostconf_t* host, const char* path, int (*handler)(h2o_handler_t*, h2o_req_t*)) {
  h2o_create_handler(h2o_config_register_path(host, path, 0), sizeof(h2o_handler_t))->on_req = handler;
}

static void accept_all(h2o_socket_t* listener, const char* error) {
  if (error != NULL) return;
  h2o_socket_t* connection = h2o_evloop_socket_accept(listener);
  for (; connection != NULL; connection = h2o_evloop_socket_accept(listener)) h2o_accept(&accepting, connection);
}

static int listen_on(int port) {
  struct sockaddr_in address = {0};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons((uint16_t)port);
  const int on = 1;
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      bind(fd, (struct sockaddr*)&address, sizeof address) != 0 || listen(fd, 4096) != 0) {
    perror("listen");
    exit(2);
  }
  return fd;
}

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  signal(SIGPIPE, SIG_IGN);
  h2o_config_init(&config);
  config.http1.req_timeout = 300 * 1000;  // idle connections wait for their next round
  h2o_hostconf_t* host = h2o_config_register_host(&config, h2o_iovec_init(H2O_STRLIT("default")), 65535);
  serve(host, "/plaintext", plaintext);
  serve(host, "/json", json);
  h2o_context_init(&context, h2o_evloop_create(), &config);
  accepting.ctx = &context;
  accepting.hosts = config.hosts;
  h2o_socket_t* listener = h2o_evloop_socket_create(context.loop, listen_on(atoi(argv[1])), H2O_SOCKET_FLAG_DONT_READ);
  h2o_socket_read_start(listener, accept_all);
  while (h2o_evloop_run(context.loop, INT32_MAX) == 0) {
  }
  return 1;
}
