// Orders, for those who may see them. Who that is, how often, and what is written down of it is for service.yml to say;
// the handler finds a principal that was verified.
//
//     candela keys generate --out login.jwk --public login.public.jwk
//     candela keys generate --out audit.jwk --public audit.public.jwk
//     mkdir trail && ./orders
//     curl -H "Authorization: Bearer $(candela jwt mint --key login.jwk --typ at+jwt --iss urn:example:login
//       --aud urn:example:orders --sub ann --client-id shop --scope orders:read)" http://127.0.0.1:8080/orders/17
//     candela audit verify --key audit.public.jwk trail
#include <candela/candela.hpp>

int main(int argc, char** argv) {
  candela::service service(argc, argv);
  service.get("/orders/{id}", [](candela::exchange& x) {
    x.text("Order ", x.path("id"), ", shown to ", x.get<candela::principal>()->subject, ".\n");
  });
  return service.run();
}
