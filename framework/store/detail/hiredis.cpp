#include <candela/store/detail/hiredis.hpp>

#include <dlfcn.h>
#include <csignal>

#include <stdexcept>
#include <string>

namespace candela::store {

namespace {

[[noreturn]] void refuse(const char* file, const std::string& why) {
  throw std::invalid_argument("the store's URL asks for Redis, but " + std::string(file) + " " + why);
}

template <class Function>
void find(void* library, const char* file, const char* name, Function*& into) {
  into = reinterpret_cast<Function*>(dlsym(library, name));
  if (into == nullptr) refuse(file, std::string("is another version: it has no ") + name);
}

}  // namespace

void outlive_broken_pipes() noexcept {
  struct sigaction now{};
  if (sigaction(SIGPIPE, nullptr, &now) == 0 && now.sa_handler == SIG_DFL) std::signal(SIGPIPE, SIG_IGN);
}

hiredis_functions load_hiredis(const char* file) {
  void* const library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) refuse(file, std::string("cannot be loaded: ") + dlerror());
  hiredis_functions found;
#define CANDELA_HIREDIS_FIND(name) find(library, file, #name, found.name);
  CANDELA_HIREDIS_FUNCTIONS(CANDELA_HIREDIS_FIND)
#undef CANDELA_HIREDIS_FIND
  return found;
}

}  // namespace candela::store
