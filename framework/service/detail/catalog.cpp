#include <candela/service/builtin.hpp>
#include <candela/service/detail/catalog.hpp>
#include <stdexcept>

namespace candela::detail {

namespace {

template <class Table>
std::string names_of(const Table& table) {
  std::string names;
  for (const auto& [name, known] : table) {
    if (!names.empty()) names += ", ";
    names += name;
  }
  return names;
}

template <class Table>
auto factory_in(const Table& table, std::string_view name) {
  const auto found = table.find(name);
  return found == table.end() ? nullptr : &found->second.factory;
}

}  // namespace

catalog::catalog() {
  for (const stage_factory* each : builtin_stages()) add(*each, "candela");
  for (const handler_factory* each : builtin_handlers()) add(*each, "candela");
}

template <class Factory>
void catalog::add_to(table<Factory>& to, const Factory& factory, std::string_view kind, std::string_view origin) {
  const auto [place, fresh] = to.try_emplace(std::string(factory.name), known<Factory>{factory, std::string(origin)});
  if (!fresh) {
    throw std::invalid_argument("the " + std::string(kind) + " \"" + place->first + "\" of " + std::string(origin) +
                                " has the name of one of " + place->second.origin);
  }
  // The name given may be a view of something shorter-lived than the table.
  place->second.factory.name = place->first;
}

void catalog::add(const stage_factory& factory, std::string_view origin) { add_to(stages_, factory, "stage", origin); }
void catalog::add(const handler_factory& factory, std::string_view origin) {
  add_to(handlers_, factory, "handler", origin);
}

const stage_factory* catalog::stage(std::string_view name) const { return factory_in(stages_, name); }
const handler_factory* catalog::handler(std::string_view name) const { return factory_in(handlers_, name); }

std::string catalog::stage_names() const { return names_of(stages_); }
std::string catalog::handler_names() const { return names_of(handlers_); }

}  // namespace candela::detail
