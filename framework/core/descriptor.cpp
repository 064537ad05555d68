#include <unistd.h>

#include <candela/core/descriptor.hpp>

namespace candela {

void descriptor::reset() noexcept {
  if (number_ >= 0) ::close(release());
}

}  // namespace candela
