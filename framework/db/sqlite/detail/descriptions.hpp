// Private to the room: what a worker's results refer to as the columns of their statements.
#pragma once

#include <candela/db/description.hpp>
#include <candela/db/sqlite/detail/shapes.hpp>
#include <cstdint>
#include <memory>
#include <vector>

namespace candela::db::sqlite {

/// One for each statement, and one more whenever its columns change. Of one worker.
class descriptions {
 public:
  [[nodiscard]] const description* find(std::uint32_t statement, const shape* columns) {
    if (columns == nullptr) return nullptr;
    if (statement < known_.size() && known_[statement].columns == columns) return known_[statement].described;
    return make(statement, columns);
  }

 private:
  struct entry {
    const shape* columns = nullptr;
    const description* described = nullptr;
  };
  [[gnu::noinline]] const description* make(std::uint32_t statement, const shape* names);

  std::vector<entry> known_;  // by the statement's number
  std::vector<std::unique_ptr<const description>> made_;
};

}  // namespace candela::db::sqlite
