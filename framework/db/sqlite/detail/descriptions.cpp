#include <candela/db/sqlite/detail/descriptions.hpp>

namespace candela::db::sqlite {

const description* descriptions::make(std::uint32_t statement, const shape* names) {
  std::vector<column> columns;
  for (const std::string& name : *names) columns.push_back({name, sql_type::dynamic});
  if (known_.size() <= statement) known_.resize(statement + std::size_t{1});
  made_.push_back(std::make_unique<const description>(std::move(columns)));
  known_[statement] = {names, made_.back().get()};
  return made_.back().get();
}

}  // namespace candela::db::sqlite
