// Growing: in place while the arena allows it, by a copy into twice the room otherwise.
#include <algorithm>
#include <candela/json/output.hpp>

namespace candela::json {

void output::grow(std::size_t bytes) {
  const auto capacity = static_cast<std::size_t>(end_ - begin_);
  const std::size_t more = std::max({capacity, bytes, first_bytes});
  for (const std::size_t step : {more, bytes}) {
    if (!memory_.extend(end_, step)) continue;
    end_ += step;
    return;
  }
  const std::size_t written = size();
  char* fresh = static_cast<char*>(memory_.allocate(capacity + more, 1));
  if (written != 0) std::memcpy(fresh, begin_, written);
  begin_ = fresh;
  next_ = fresh + written;
  end_ = fresh + capacity + more;
}

}  // namespace candela::json
