#include <openssl/ssl.h>

#include <candela/db/detail/shared_library.hpp>
#include <candela/db/postgres/detail/libpq.hpp>

namespace candela::db::postgres {

libpq_functions load_libpq(const char* file) {
  const shared_library library("PostgreSQL", file);
  // We go on over its TLS sessions: they must be of the library that we call.
  const auto theirs = reinterpret_cast<decltype(&SSL_read)>(library.look_up("SSL_read"));
  if (theirs != nullptr && theirs != &SSL_read) library.refuse("uses another OpenSSL than this program");
  libpq_functions found;
#define CANDELA_LIBPQ_FIND(name) library.find("PQ" #name, found.name);
  CANDELA_LIBPQ_FUNCTIONS(CANDELA_LIBPQ_FIND)
#undef CANDELA_LIBPQ_FIND
  return found;
}

}  // namespace candela::db::postgres
