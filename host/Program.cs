return Attune.Host.Commands.CommandRunner.Run(args);
