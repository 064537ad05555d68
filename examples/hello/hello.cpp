// A whole service. Try: curl http://127.0.0.1:8080/hello/world
#include <candela/candela.hpp>

int main(int argc, char** argv) {
  candela::service service(argc, argv);  // reads service.yml beside it, or runs on defaults
  service.get("/hello/{name}", [](candela::exchange& x) { x.text("Hello, ", x.path("name"), "!"); });
  return service.run();
}
