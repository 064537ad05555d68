// A service that says nothing about plugins: service.yml does.
#include <candela/candela.hpp>

int main(int argc, char** argv) {
  candela::service service(argc, argv);
  service.get("/hello/{name}", [](candela::exchange& x) { x.text("Hello, ", x.path("name"), "!"); });
  return service.run();
}
