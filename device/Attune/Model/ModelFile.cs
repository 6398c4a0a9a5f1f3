using Attune.Memory;
using Attune.Storage;

namespace Attune.Model
{
    /// <summary>Model files on their way into an arena.</summary>
    public static class ModelFile
    {
        /// <summary>
        /// Copies an open model file into the region that stands for flash, 512 bytes at a time. Its size is checked before
        /// memory is taken, its checksum by <see cref="QuantizedModel"/> over what has arrived.
        /// </summary>
        /// <exception cref="ModelException">The file's size is not a model's, or not what its header says.</exception>
        /// <exception cref="KernelException">There is no memory for it.</exception>
        public static void Load(Arena arena, IStorageFile file)
        {
            byte[] page = new byte[512];
            long length = file.Length;
            if (length < QuantizedModel.HeaderBytes || length > 1 << 30)
            {
                throw new ModelException(
                    length == 0
                        ? "the file is empty; copy it again"
                        : "has " + length + " bytes, which is no model's size; copy it again"
                );
            }
            int size = (int)length;
            for (int at = 0; at < size; at += page.Length)
            {
                int count = size - at < page.Length ? size - at : page.Length;
                file.Read(page, 0, count);
                if (at == 0)
                {
                    QuantizedModel.CheckStart(page, size);
                    arena.OpenModel(size);
                }
                arena.WriteModel(at, page, 0, count);
            }
        }
    }
}
