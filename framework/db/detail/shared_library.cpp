#include <dlfcn.h>

#include <candela/db/detail/shared_library.hpp>
#include <stdexcept>

namespace candela::db {

shared_library::shared_library(std::string_view database, std::string_view file)
    : database_(database), file_(file), handle_(dlopen(file_.c_str(), RTLD_NOW | RTLD_LOCAL)) {
  if (handle_ == nullptr) refuse(std::string("cannot be loaded: ") + dlerror());
}

void* shared_library::look_up(const char* name) const noexcept { return dlsym(handle_, name); }

void shared_library::refuse(std::string_view why) const {
  throw std::invalid_argument("the database's URL asks for " + database_ + ", but " + file_ + " " + std::string(why));
}

}  // namespace candela::db
