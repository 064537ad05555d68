// Private to the room: a database's own library, loaded when such a database is asked for.
#pragma once

#include <string>
#include <string_view>

namespace candela::db {

/// Stays loaded as long as the process runs, also behind the end of this object. Its functions throw
/// `std::invalid_argument`, with a sentence for the person who configured the database.
class shared_library {
 public:
  /// Loads `file` for `database`, which is named as people do.
  shared_library(std::string_view database, std::string_view file);

  /// Points `into` at the function of that name.
  template <class Function>
  void find(const char* name, Function*& into) const {
    into = reinterpret_cast<Function*>(look_up(name));
    if (into == nullptr) refuse(std::string("is too old: it has no ") + name);
  }
  /// What has that name there or in the libraries that it was linked with; null when nothing has.
  [[nodiscard]] void* look_up(const char* name) const noexcept;
  [[noreturn]] void refuse(std::string_view why) const;

 private:
  std::string database_;
  std::string file_;
  void* handle_;
};

}  // namespace candela::db
