// Private to the room: every stage and handler that has a name, wherever it comes from.
#pragma once

#include <candela/server/extension.hpp>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace candela::detail {

/// Names are unique among stages and among handlers; a plugin or a service cannot take a built-in one's.
class catalog {
 public:
  /// Knows the built-in ones.
  catalog();

  /// `origin` tells people where it comes from. Throws `std::invalid_argument` for a name that is taken.
  void add(const stage_factory& factory, std::string_view origin);
  void add(const handler_factory& factory, std::string_view origin);

  /// Null when there is none of that name.
  [[nodiscard]] const stage_factory* stage(std::string_view name) const;
  [[nodiscard]] const handler_factory* handler(std::string_view name) const;

  /// The names, for error messages: "cors, metrics".
  [[nodiscard]] std::string stage_names() const;
  [[nodiscard]] std::string handler_names() const;

 private:
  template <class Factory>
  struct known {
    Factory factory;
    std::string origin;
  };
  template <class Factory>
  using table = std::map<std::string, known<Factory>, std::less<>>;

  template <class Factory>
  static void add_to(table<Factory>& to, const Factory& factory, std::string_view kind, std::string_view origin);

  table<stage_factory> stages_;
  table<handler_factory> handlers_;
};

}  // namespace candela::detail
