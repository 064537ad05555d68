#include <dlfcn.h>
#include <openssl/ssl.h>

#include <candela/db/postgres/detail/libpq.hpp>
#include <stdexcept>
#include <string>

namespace candela::db::postgres {

namespace {

[[noreturn]] void refuse(const std::string& file, const std::string& why) {
  throw std::invalid_argument("the database's URL asks for PostgreSQL, but " + file + " " + why);
}

template <class Function>
void find(void* library, const std::string& file, const char* name, Function*& into) {
  into = reinterpret_cast<Function*>(dlsym(library, name));
  if (into == nullptr) refuse(file, std::string("is too old: it has no ") + name);
}

// We go on over its TLS sessions: they must be of the library that we call.
void check_tls(void* library, const std::string& file) {
  const auto theirs = reinterpret_cast<decltype(&SSL_read)>(dlsym(library, "SSL_read"));
  if (theirs != nullptr && theirs != &SSL_read) refuse(file, "uses another OpenSSL than this program");
}

}  // namespace

libpq_functions load_libpq(const char* file) {
  void* const library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) refuse(file, std::string("cannot be loaded: ") + dlerror());
  check_tls(library, file);
  libpq_functions found;
#define CANDELA_LIBPQ_FIND(name) find(library, file, "PQ" #name, found.name);
  CANDELA_LIBPQ_FUNCTIONS(CANDELA_LIBPQ_FIND)
#undef CANDELA_LIBPQ_FIND
  return found;
}

const libpq_functions& libpq() {
  static const libpq_functions loaded = load_libpq();
  return loaded;
}

}  // namespace candela::db::postgres
