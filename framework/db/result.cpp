#include <candela/db/result.hpp>
#include <cstring>

namespace candela::db {

stored_row* stored_row::store(arena& memory, std::size_t columns, const cell* cells) {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i != columns; ++i) bytes += cells[i].is_null() ? 0 : static_cast<std::size_t>(cells[i].size);
  auto* kept = new (memory.allocate(sizeof(stored_row) + columns * sizeof(cell) + bytes, alignof(cell))) stored_row();
  cell* copies = reinterpret_cast<cell*>(kept + 1);
  char* target = reinterpret_cast<char*>(copies + columns);
  for (std::size_t i = 0; i != columns; ++i) {
    cell* copy = new (copies + i) cell(cells[i]);
    if (copy->is_null()) continue;
    const auto size = static_cast<std::size_t>(copy->size);
    if (size != 0) std::memcpy(target, copy->data, size);
    copy->data = target;
    target += size;
  }
  return kept;
}

void result::append(const description& columns, const cell* cells) {
  columns_ = &columns;
  stored_row* kept = stored_row::store(*memory_, columns.size(), cells);
  (last_ == nullptr ? first_ : last_->next) = kept;
  last_ = kept;
  ++size_;
}

}  // namespace candela::db
