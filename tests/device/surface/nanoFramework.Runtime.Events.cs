// nanoFramework.Runtime.Events 1.11.37; references mscorlib
